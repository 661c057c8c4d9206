"""What a file sounds like: its loudness by ffmpeg, its style and energy by a small network."""
