-- migrate:up

-- Two vectors of 512 components at sixteen bits left room for one row a page; at eight there are three.
-- What is in the old table is moved when this has been applied (proxy/library/halves.py), and the table goes.
DROP TRIGGER track_retold;
DROP TRIGGER embedding_added;
DROP TRIGGER embedding_changed;
DROP TRIGGER embedding_deleted;
ALTER TABLE track_embeddings RENAME TO track_embeddings_halves;

CREATE TABLE track_embeddings (
  track_id      TEXT NOT NULL REFERENCES tracks (track_id) ON UPDATE CASCADE ON DELETE CASCADE,
  model         TEXT NOT NULL REFERENCES embedding_models (model) ON DELETE CASCADE,
  document      BLOB NOT NULL,               -- tags, title, artist, album: a float32, and components of 8 bits
  names         BLOB NOT NULL,               -- title, artist, album: likewise; each of unit length
  PRIMARY KEY (track_id, model)
) STRICT;

CREATE TRIGGER track_retold AFTER UPDATE OF title, artist, album, genres, moods ON tracks
WHEN (old.title, old.artist, old.album, old.genres, old.moods)
  IS NOT (new.title, new.artist, new.album, new.genres, new.moods)
BEGIN DELETE FROM track_embeddings WHERE track_id = new.track_id; END;
CREATE TRIGGER embedding_added AFTER INSERT ON track_embeddings
BEGIN UPDATE library_generation SET stale = 1 WHERE stale = 0; END;
CREATE TRIGGER embedding_changed AFTER UPDATE ON track_embeddings
BEGIN UPDATE library_generation SET stale = 1 WHERE stale = 0; END;
CREATE TRIGGER embedding_deleted AFTER DELETE ON track_embeddings
BEGIN UPDATE library_generation SET stale = 1 WHERE stale = 0; END;

-- What has a column of its own, and what nobody reads. The digest stays that of the whole song.
UPDATE tracks SET song = json_remove(song,
  '$.id', '$.title', '$.artist', '$.album', '$.artistId', '$.albumId', '$.albumArtist', '$.displayAlbumArtist',
  '$.libraryId', '$.libraryPath', '$.path', '$.suffix', '$.size', '$.duration', '$.year', '$.bpm',
  '$.genre', '$.genres', '$.moods', '$.isrc', '$.mbzRecordingID', '$.musicBrainzId',
  '$.replayGain', '$.rgTrackGain', '$.rgTrackPeak', '$.rgAlbumGain', '$.rgAlbumPeak',
  '$.lyrics', '$.birthTime', '$.folderId', '$.libraryName', '$.imageAbsent', '$.missing',
  '$.albumArtistId', '$.orderAlbumName', '$.orderArtistName', '$.orderAlbumArtistName'
);

-- migrate:down

DROP TABLE IF EXISTS track_embeddings_halves;
DROP TRIGGER track_retold;
DROP TABLE track_embeddings;  -- its triggers with it; every track is embedded again
CREATE TABLE track_embeddings (
  track_id      TEXT NOT NULL REFERENCES tracks (track_id) ON UPDATE CASCADE ON DELETE CASCADE,
  model         TEXT NOT NULL REFERENCES embedding_models (model) ON DELETE CASCADE,
  document      BLOB NOT NULL,
  names         BLOB NOT NULL,
  PRIMARY KEY (track_id, model)
) STRICT;
CREATE TRIGGER track_retold AFTER UPDATE OF title, artist, album, genres, moods ON tracks
WHEN (old.title, old.artist, old.album, old.genres, old.moods)
  IS NOT (new.title, new.artist, new.album, new.genres, new.moods)
BEGIN DELETE FROM track_embeddings WHERE track_id = new.track_id; END;
CREATE TRIGGER embedding_added AFTER INSERT ON track_embeddings
BEGIN UPDATE library_generation SET stale = 1 WHERE stale = 0; END;
CREATE TRIGGER embedding_changed AFTER UPDATE ON track_embeddings
BEGIN UPDATE library_generation SET stale = 1 WHERE stale = 0; END;
CREATE TRIGGER embedding_deleted AFTER DELETE ON track_embeddings
BEGIN UPDATE library_generation SET stale = 1 WHERE stale = 0; END;
