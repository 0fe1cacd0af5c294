"""What is known of the customer: offered as a file, in full."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.outcomes import Outcome, Say, ShowData
from app.dialogue.reading import Slots
from app.dialogue.specs import Example, SkillSpec
from app.skills.world import World

SPEC = SkillSpec(
    name="export_data",
    description="Give the customer all that is known of them, as a file.",
    cues=(
        "export my data", "download my data", "export all my data", "export everything", "get a copy of my data", "copy of my data",
        "what data do you have about me", "show me my data", "my data",
        "导出我的数据", "导出数据", "下载我的数据", "下载数据", "导出我的信息", "你有我的哪些数据",
        "我的数据",
    ),
    examples=(Example("en", "export my data"), Example("zh", "导出我的数据")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportData:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [ShowData("export", Say("data.export.said"))]
