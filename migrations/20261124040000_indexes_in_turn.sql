-- migrate:up

-- Which of a model's two tables of signs is in force (proxy/library/vectors.py); 0 is the one of old.
ALTER TABLE library_generation ADD COLUMN side INTEGER NOT NULL DEFAULT 0;

-- migrate:down

ALTER TABLE library_generation DROP COLUMN side;
