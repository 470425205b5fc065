-- SPDX-License-Identifier: MIT
-- Full text: while a load goes on nothing is put together at all, because that is done
-- when it has ended, once, for all.
INSERT INTO claim_fts (claim_fts, rank) VALUES ('automerge', 64), ('crisismerge', 64);
INSERT INTO faq_fts (faq_fts, rank) VALUES ('automerge', 64), ('crisismerge', 64);
