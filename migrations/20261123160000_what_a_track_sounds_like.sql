-- migrate:up

-- Nobody has written it so far. Silent tracks have a row and no sound.
DROP TABLE track_sound;
CREATE TABLE track_sound (
  track_id      TEXT PRIMARY KEY REFERENCES tracks (track_id) ON UPDATE CASCADE ON DELETE CASCADE,
  embedding     BLOB,                        -- float16, musicnn's MSD network
  styles        BLOB,                        -- float16 logits, 50 of MSD and 50 of MTT
  energy        REAL,                        -- on a rising scale of this library; made anew after each run
  tempo         REAL,                        -- beats a minute
  heard_at      TEXT NOT NULL,
  heard_of      TEXT NOT NULL                -- the file as it was: size, duration, time of change
) STRICT;

-- migrate:down

DROP TABLE track_sound;
CREATE TABLE track_sound (
  track_id      TEXT PRIMARY KEY REFERENCES tracks (track_id) ON UPDATE CASCADE ON DELETE CASCADE,
  embedding     BLOB NOT NULL,
  styles        BLOB NOT NULL,
  energy        REAL,
  tempo         REAL,
  heard_at      TEXT NOT NULL
) STRICT;
