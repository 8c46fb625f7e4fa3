"""From a TARGET to its facts, to verdicts, to the rows that gates are made of."""
