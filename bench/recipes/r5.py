"""R5: the PNG task of sharp's own benchmark. RGBA 2048x1536 to 720x540, lossless, never asked before."""

from cold import ColdRecipe
from targets import Cpu, NoFailures, Quality

RECIPE = ColdRecipe(
    id="R5",
    title="RGBA PNG 2048x1536 to about 720x540 PNG, lossless, cold",
    sources="paper",
    copies=64,
    # A box of 720 gives 720x540.
    box=720,
    spread=64,
    format="png",
    # With a quality, servers on libvips would reduce to a palette.
    quality=None,
    connections=(2,),
    servers=("Halftone", "oximg", "sharp"),
    # No lower score than sharp, no more bytes.
    targets=(Cpu("sharp", 1.1), Quality("sharp", mean_drop=0, worst_drop=0), NoFailures()),
)
