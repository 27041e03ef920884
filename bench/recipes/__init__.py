"""What is measured. One file each, which reads as its own description; to add one, a file and a line here."""

from . import r1, r4, r5, r7, r9

ALL = {recipe.id: recipe for recipe in (r1.RECIPE, r4.RECIPE, r5.RECIPE, r7.RECIPE, r9.RECIPE)}
