//! Layers: pictures, texts and areas, and where they lie.

use super::*;

/// A layer with these items, without what every picture has.
#[track_caller]
fn check_image(items: &str, expected: &str) {
    check(
        &format!("l-image,i-a.png,t-false,{items},l-end"),
        &format!("layer(picture(\"/a.png\"){expected})"),
    );
}

#[track_caller]
fn check_area(items: &str, expected: &str) {
    check(&format!("l-image,i-ik_canvas,{items},l-end"), &format!("layer({expected})"));
}

#[track_caller]
fn check_text(items: &str, expected: &str) {
    check(&format!("l-text,i-x,{items},l-end"), &format!("layer(text(\"x\",{expected}))"));
}

#[test]
fn pictures_are_trimmed_unless_they_are_not_to_be() {
    check("l-image,i-a.png,l-end", "layer(picture(\"/a.png\")|trim(10%))");
    check("l-image,i-a.png,t-true,l-end", "layer(picture(\"/a.png\")|trim(10%))");
    check("l-image,i-a.png,t-5,l-end", "layer(picture(\"/a.png\")|trim(5%))");
    check("l-image,i-a.png,t-false,l-end", "layer(picture(\"/a.png\"))");
    check(
        "l-image,i-a.png,w-9:rt-90,l-end",
        "layer(picture(\"/a.png\")|trim(10%)|resize(9x)|rotate(90))",
    );
    check(
        "l-image,i-a.png,if-w_gt_9,w-9,if-end,l-end",
        "layer(picture(\"/a.png\")|trim(10%)|if(cw>9?resize(9x)))",
    );
}

#[test]
fn what_a_picture_is_called() {
    for written in [
        "i-@@b@@a.png",
        "i-b@@a.png",
        "i-b%2Fa.png",
        "ie-L2IvYS5wbmc%3D",
        "ie-L2IvYS5wbmc",
        "ie-Yi9hLnBuZw%3D%3D",
        "i-other.png,ie-L2IvYS5wbmc%3D",
    ] {
        check(&format!("l-image,{written},t-false,l-end"), "layer(picture(\"/b/a.png\"))");
    }
    // 0xfb 0xef 0xbe and 0xff are where the alphabets differ.
    for written in ["ie-w77Dv8O%2Bw78", "ie-w77Dv8O-w78", "ie-w77Dv8O-w78%3D"] {
        check(&format!("l-text,{written},l-end"), "layer(text(\"þÿþÿ\",45,#000000))");
    }
}

#[test]
fn a_layer_needs_something_to_show() {
    check_error(
        "l-image,w-1,l-end",
        "`l-image` expects what it shows in `i` or `ie`, found neither",
    );
    check_error(
        "l-image,i-,l-end",
        "`l-image` expects what it shows in `i` or `ie`, found neither",
    );
    check_error("l-text,l-end", "`l-text` expects what it shows in `i` or `ie`, found neither");
    check_error("l-text,ie-!!!,l-end", "`ie` expects a text in base64, found `!!!`");
    check_error("l-text,ie-/w==,l-end", "`ie` expects a text in base64, found `/w==`");
    check_error(
        "l-video,i-a.mp4,l-end",
        "`l-video` belongs to films, and only pictures are transformed here",
    );
    check_error(
        "l-subtitles,i-a.srt,l-end",
        "`l-subtitles` belongs to films, and only pictures are transformed here",
    );
    check_error("l-foo,i-a,l-end", "a layer is `l-image` or `l-text`, found `l-foo`");
}

#[test]
fn steps_of_a_picture() {
    check_image("w-100,h-50,c-at_max,fo-left", "|resize(100x50,inside,no-enlarge)");
    check_image("w-bw_mul_0.25", "|resize({bw*0.25}x)");
    check_image("w-iw_div_2,h-ch", "|resize({iw/2}x{ch},cover)");
    check_image("cm-extract,w-9,h-9,x-1,y-2", "|crop(9x9,at=1:2)");
    check_image("cm-pad_resize,w-9,h-9,bg-red", "|resize(9x9,contain,#ff0000)|background(#ff0000)");
    check_image(
        "b-5_red,o-50,r-max,rt-90,fl-h",
        "|rotate(90)|flip-horizontal|border(5,#ff0000)|round(max)|opacity(0.5)",
    );
    check_image("dpr-2,w-100,q-50,bl-4", "|resize(100x,dpr=2)|blur(2)");
    check_image(
        "e-grayscale,e-contrast,e-shadow",
        "|stretch-contrast|grayscale|shadow(10,0.3,2,2)",
    );
    check("l-image,i-a.gif,t-false,pg-2,rt-0,l-end", "layer(picture(\"/a.gif\",frame=2,stored))");
}

#[test]
fn layers_lie_between_the_effects_and_the_border() {
    check(
        "r-5,b-2_red,l-text,i-x,l-end,bl-4,w-300,bg-blue",
        "resize(300x)|blur(2)|layer(text(\"x\",45,#000000))|border(2,#ff0000)|round(5)|background(#0000ff)",
    );
    check(
        "w-300:l-image,i-ik_canvas,l-end,l-text,i-x,l-end",
        "resize(300x)|layer(area(x,#000000))|layer(text(\"x\",45,#000000))",
    );
}

#[test]
fn layers_in_layers() {
    check(
        "l-image,i-a.png,t-false,l-image,i-b.png,t-false,l-text,i-x,lx-bw_sub_5,l-end,w-9,l-end,rt-90,l-end",
        "layer(picture(\"/a.png\")|rotate(90)|layer(picture(\"/b.png\")|resize(9x)|\
         layer(text(\"x\",45,#000000),x=start({bw-5}),y=start)))",
    );
}

#[test]
fn places() {
    check_image("lx-10,ly-20", ",x=start(10),y=start(20)");
    check_image("lx-10", ",x=start(10),y=start");
    check_image("ly-N20", ",x=start,y=end(20)");
    check_image("lx-N0,ly-0", ",x=end,y=start");
    check_image("lx-bw_sub_cw,ly-bh_mul_0.1", ",x=start({bw-cw}),y=start({bh*0.1})");
    check_image("lxc-10,lyc-20", ",x=middle(10),y=middle(20)");
    check_image("lxc-N10,lyc-20", ",x=middle(-10,end),y=middle(20)");
    check_image("lxc-10,ly-20", ",x=middle(10),y=start(20)");
    check_image("lx-10,lxc-20,ly-1", ",x=start(10),y=start(1)");
    check_image("lx-10,ly-N20,lap-bottom_right", ",x=start(10,end),y=start(-20,end)");
    check_image("lx-10,ly-20,lap-center", ",x=start(10,middle),y=start(20,middle)");
    check_image("lx-N10,ly-N20,lap-bottom_left", ",x=end(10),y=start(-20,end)");
    check_image("lfo-top", ",y=start");
    check_image("lfo-bottom_right", ",x=end,y=end");
    check_image("lfo-center", "");
    check_image("lfo-left,lx-5,ly-5", ",x=start(5),y=start(5)");
    check_image("lx-abc,lfo-nowhere,lap-nowhere", "");
    check(
        "l-image,i-a.png,w-9:rt-90,lx-5,ly-6,t-false,l-end",
        "layer(picture(\"/a.png\"),x=start(5),y=start(6)|trim(10%)|resize(9x)|rotate(90))",
    );
}

#[test]
fn blending() {
    for blend in ["multiply", "displace", "cutout", "cutter"] {
        check_image(&format!("lm-{blend}"), &format!(",{blend}"));
    }
    check_image("lm-nothing", "");
}

#[test]
fn areas() {
    check_area("bg-FF0000,w-100,h-50", "area(100x50,#ff0000)");
    check_area("w-bw_div_2", "area({bw/2}x,#000000)");
    check_area("w-0.5", "area(f0.5x,#000000)");
    check_area("bg-FF0000,al-5", "area(x,#ff000080)");
    check_area("bg-FF0000,al-9", "area(x,#ff0000e6)");
    check_area("bg-FF000020,al-5", "area(x,#ff000033)");
    check_area("bg-red,al-5", "area(x,#ff0000)");
    check_area("bg-red,al-0,r-max", "area(x,#ff0000)|round(max)");
    check_area("e-gradient-to-red", "area(x,#00000000)|gradient(180,#ffffff,#ff0000,f1)");
    check_area("bg-red,e-gradient", "area(x,#ff0000)|gradient(180,#ffffff,#00000000,f1)");
    check_area("bg-red,w-9:w-5", "area(9x,#ff0000)|resize(5x)");
    check_error(
        "l-image,i-ik_canvas,w-iw,l-end",
        "in the expression `iw`: texts and areas know bw, bh and bar only, found `iw`",
    );
}

#[test]
fn texts() {
    check_text("fs-20,co-FF0000", "20,#ff0000");
    check_text("fs-bh_div_10", "{bh/10},#000000");
    check_text("fs-100000", "45,#000000");
    check_text("co-FF0000,al-5", "45,#ff000080");
    check_text("al-5", "45,#00000080");
    check_text("co-red,al-5", "45,#ff000080");
    check_text("co-FF000020,al-5", "45,#ff000033");
    check_text("ff-Open Sans", "45,#000000,font=\"Open Sans\"");
    check_text("ff-fonts@@a.ttf", "45,#000000,font-file=\"/fonts/a.ttf\"");
    check_text("ff-a.TTF", "45,#000000,font-file=\"/a.TTF\"");
    check_text("w-300,ia-left,lh-50", "45,#000000,wrap=300,left,line-height=50");
    check_text(
        "w-bw_sub_20,ia-right,bg-FF0000",
        "45,#000000,wrap={bw-20},right,background=#ff0000",
    );
    check_text("pa-5", "45,#000000,padding=5");
    check_text("pa-1_2", "45,#000000,padding=1:2:1:2");
    check_text("pa-1_2_3", "45,#000000,padding=1:2:3:2");
    check_text("pa-1_bw_div_20_3_4", "45,#000000,padding=1:{bw/20}:3:4");
    check_text("pa-1_2_3_4_5", "45,#000000");
    check_text("pa-N1", "45,#000000");
    check_text("tg-b", "45,#000000,bold");
    check_text("tg-b_i", "45,#000000,bold,italic");
    check_text("tg-strikethrough", "45,#000000,strike");
    check_text("tg-u", "45,#000000");
    check(
        "l-text,i-x,r-5,rt-N90,fl-v:w-100,l-end",
        "layer(text(\"x\",45,#000000)|rotate(90)|flip-horizontal|round(5)|resize(100x))",
    );
    // As SDKs of the fifth generation write it.
    check(
        "l-text,ie-SGksIHRoZXJlIQ%3D%3D,lx-10,ly-bh_mul_0.1,lfo-top,fs-20,co-FF0000,l-end",
        "layer(text(\"Hi, there!\",20,#ff0000),x=start(10),y=start({bh*0.1}))",
    );
}

#[test]
fn long_texts_are_cut() {
    use base64::Engine;
    let shown = |items: &str| match meaning(items).expect(items).plan.steps.pop() {
        Some(plan::Step::Layer(layer)) => match layer.content {
            plan::Content::Text(text) => text.text.chars().count(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    assert_eq!(shown(&format!("l-text,i-{},l-end", "é".repeat(3000))), 2000);
    let encoded = base64::engine::general_purpose::STANDARD.encode("é".repeat(3000));
    assert_eq!(shown(&format!("l-text,ie-{},l-end", encoded.replace('=', "%3D"))), 2500);
}
