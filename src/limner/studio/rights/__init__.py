"""What somebody may ask or decide of a user, and who may ask: corrections, erasure, merging, copies, keys."""
