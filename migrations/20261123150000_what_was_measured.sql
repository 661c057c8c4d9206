-- migrate:up

-- The file as it was when it was measured: size, duration and, where upstream tells it, time of change.
ALTER TABLE track_loudness ADD COLUMN measured_of TEXT NOT NULL DEFAULT '';

-- migrate:down

ALTER TABLE track_loudness DROP COLUMN measured_of;
