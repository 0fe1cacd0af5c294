"""How a reading is kept in the vault."""

from pydantic import TypeAdapter

from app.dialogue.reading import Reading

READING: TypeAdapter[Reading] = TypeAdapter(Reading)
