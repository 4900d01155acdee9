"""Write the numbers and pictures of docs/design_rules.md again: `python -m experiments.design_rules`."""

from pathlib import Path

from experiments.design_rules.page import made_anew
from experiments.design_rules.pictures import pictures

PAGE = Path("docs/design_rules.md")

if __name__ == "__main__":
    PAGE.write_text(made_anew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    for picture in pictures():
        (PAGE.parent / "images" / f"{picture.stem}.png").write_bytes(picture.content("png"))
