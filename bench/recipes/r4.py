"""R4: the JPEG task of sharp's own benchmark. 2725x2225 to 720x588, q80, never asked before."""

from cold import ColdRecipe
from targets import Cpu, NoFailures, Quality

RECIPE = ColdRecipe(
    id="R4",
    title="sharp's own task: 2725x2225 JPEG to about 720x588, q80, cold",
    sources="wide",
    copies=64,
    # A box of 720 gives 720x588.
    box=720,
    spread=64,
    format="jpeg",
    quality=80,
    connections=(1, "per_core"),
    servers=("Halftone", "oximg", "sharp"),
    targets=(Cpu("oximg", 0.9), Cpu("sharp", 1.0), Quality("oximg"), NoFailures()),
)
