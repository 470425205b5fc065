-- SPDX-License-Identifier: MIT
-- How many people a cited study had, where the source says so.
ALTER TABLE study ADD COLUMN participants INTEGER CHECK (participants > 0);
