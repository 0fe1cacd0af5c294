"""The door to money: the only importer of the postings. Everything that moves an amount goes through here."""
