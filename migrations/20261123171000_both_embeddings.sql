-- migrate:up

ALTER TABLE track_sound ADD COLUMN embedding_mtt BLOB;  -- float16, musicnn's MTT network

-- What has one of the two is heard again; until then it counts as it is. Silence stays silent.
DELETE FROM navidrome_track_sync_status
WHERE stage = 'hear' AND track_id IN (SELECT track_id FROM track_sound WHERE embedding IS NOT NULL);

-- migrate:down

ALTER TABLE track_sound DROP COLUMN embedding_mtt;
