/** What a router makes of a split, what a narrower number type does to it, and the threshold that a person may move. */
export const sql = `
ALTER TABLE run ADD COLUMN threshold REAL CHECK (threshold > 0 AND threshold < 1);
ALTER TABLE evaluation ADD COLUMN routing TEXT CHECK (json_valid(routing));
ALTER TABLE evaluation ADD COLUMN fast TEXT CHECK (json_valid(fast));
`
