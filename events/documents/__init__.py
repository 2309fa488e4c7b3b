"""Events as documents: records and the formats that they are read from and written to. Pure, no database."""
