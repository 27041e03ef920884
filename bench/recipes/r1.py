"""R1: the everyday thumbnail. Photographs of 2 to 3 MP to JPEG of about 512 px, never asked before."""

from cold import ColdRecipe
from targets import Cpu, NoFailures, Quality

RECIPE = ColdRecipe(
    id="R1",
    title="2–3 MP JPEG to JPEG, fit about 512, q80, cold",
    sources="photo",
    copies=16,
    box=512,
    spread=64,
    format="jpeg",
    quality=80,
    connections=(2, 8),
    servers=("Halftone", "oximg", "sharp"),
    targets=(Cpu("oximg", 0.9), Cpu("sharp", 1.0), Quality("oximg"), NoFailures()),
)
