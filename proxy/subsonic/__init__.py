"""The Subsonic wire: parameters in (`params`), replies out (`reply`, `xml`). No network, no database."""
