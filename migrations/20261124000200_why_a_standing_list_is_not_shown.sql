-- migrate:up

-- What was told of the last attempt; '' of one that was made before this column was there.
ALTER TABLE recipes_in_vain ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- migrate:down

ALTER TABLE recipes_in_vain DROP COLUMN reason;
