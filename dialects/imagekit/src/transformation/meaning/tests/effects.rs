//! What a step does to pixels.

use super::*;

#[test]
fn steps_of_one_key() {
    check("t-true", "trim(10%)");
    check("t-25", "trim(25%)");
    check("rt-90", "rotate(90)");
    check("rt-N90", "rotate(270)");
    check("rt-45,bg-FF0000", "rotate(45,#ff0000)|background(#ff0000)");
    check("rt-45", "rotate(45)");
    check("rt-0", "stored");
    check("rt-N0", "stored");
    check("fl-h", "flip-horizontal");
    check("fl-v", "flip-vertical");
    check("e-grayscale", "grayscale");
    check("e-contrast", "stretch-contrast");
    check("e-contrast-1", "stretch-contrast");
    check("e-sharpen", "sharpen(5)");
    check("e-sharpen-5", "sharpen(5)");
    check("e-sharpen-1", "sharpen");
    check("e-sharpen-2.5", "sharpen(2.5)");
    check("e-usm-2-2-0.8-0.024", "unsharp(2,2,0.8,0.024)");
    check("bl-10", "blur(5)");
    check("bl-1", "blur(0.5)");
    check("b-5_FF0000", "border(5,#ff0000)");
    check("b-5-FF0000", "border(5,#ff0000)");
    check("b-10_yellow", "border(10,#ffff00)");
    check("b-cw_mul_0.1_FF0000", "border({cw*0.1},#ff0000)");
    check("r-20", "round(20)");
    check("r-max", "round(max)");
    check("r-1_2_3_4", "round(1,2,3,4)");
    check("o-50", "opacity(0.5)");
    check("o-50,bg-FFFFFF", "opacity(0.5)|background(#ffffff)");
    check("bg-00FF0050", "background(#00ff0080)");
}

#[test]
fn shadows() {
    check("e-shadow", "shadow(10,0.3,2,2)");
    check("e-shadow-bl-15_st-40_x-10_y-N5", "shadow(15,0.4,10,-5)");
    check("e-shadow-y-0_bl-0", "shadow(0,0.3,2,0)");
    check("e-shadow-bl-16", "auto");
    check("e-shadow-st-abc", "auto");
    check("e-shadow-foo", "auto");
}

#[test]
fn gradients() {
    check("e-gradient", "gradient(180,#ffffff,#00000000,f1)");
    check(
        "e-gradient-ld-top_right_from-green_to-00FF0010_sp-1",
        "gradient(45,#008000,#00ff001a,f1)",
    );
    check("e-gradient-ld-90_sp-0.5", "gradient(90,#ffffff,#00000000,f0.5)");
    check("e-gradient-sp-200_ld-bottom", "gradient(180,#ffffff,#00000000,200)");
    check("e-gradient-sp-ih_mul_0.5_to-red", "gradient(180,#ffffff,#ff0000,{ih*0.5})");
    check("e-gradient-ld-sideways", "auto");
    check("e-gradient-from-nocolour", "auto");
    check_error("e-gradient-sp-ih_mul", "the expression `ih_mul` does not end with an operand");
}

#[test]
fn tints_and_exchanged_colours() {
    check("e-colorize", "colorize(#808080,1)");
    check("e-colorize-co-red_in-50", "colorize(#ff0000,0.5)");
    check("e-colorize-in-101", "auto");
    check("cr-FF0000", "replace-color(#ff0000,35)");
    check("cr-FF0000_20", "replace-color(#ff0000,20)");
    check("cr-FF0000_20_blue", "replace-color(#ff0000,20,#0000ff)");
    check("cr-FF0000_101", "auto");
    check("cr-FF0000_20_blue_x", "auto");
    check("cr-nothing", "auto");
}

#[test]
fn distortions() {
    check("e-distort-a-30", "arc(30)");
    check("e-distort-a-N120", "arc(-120)");
    check("e-distort-a-361", "auto");
    check("e-distort-p-50_50_N10_60_500_400_0_300.5", "perspective(50,50,-10,60,500,400,0,300.5)");
    check("e-distort-p-1_2_3", "auto");
    check("e-distort", "auto");
}

#[test]
fn backgrounds_made_of_the_picture() {
    check("w-300,h-300,cm-pad_resize,bg-blurred", "resize(300x300,contain,blurred)");
    check(
        "w-300,h-300,cm-pad_resize,bg-blurred_auto_20",
        "resize(300x300,contain,blurred(auto,20))",
    );
    check("w-300,h-300,cm-pad_resize,bg-blurred_25_N15", "resize(300x300,contain,blurred(25,-15))");
    // Around an unscaled picture, and in its corners, it is not known.
    check("w-800,h-800,cm-pad_extract,bg-blurred", "pad(800x800,shrink,#000000)");
    check("rt-45,bg-blurred", "rotate(45)");
    check("bg-blurred_101", "auto");
    check("bg-dominant", "background(dominant)");
    check(
        "w-300,h-300,cm-pad_resize,bg-dominant",
        "resize(300x300,contain,dominant)|background(dominant)",
    );
    check(
        "rt-45,bg-gradient_dominant",
        "rotate(45,dominant-gradient(2))|background(dominant-gradient(2))",
    );
    check("bg-gradient_dominant_4", "background(dominant-gradient(4))");
    check("bg-gradient_dominant_3", "auto");
    check("bg-gradient", "auto");
}
