"""A merchant's offer as a spreadsheet: read, checked against the catalogue's own rules, written back the same."""

from app.storage.sheets.exporting import export_catalog
from app.storage.sheets.faults import SheetBroken, SheetFault
from app.storage.sheets.plan import Changed, Plan, plan_import, write_plan
from app.storage.sheets.template import write_template

__all__ = ["Changed", "Plan", "SheetBroken", "SheetFault", "export_catalog", "plan_import", "write_plan", "write_template"]
