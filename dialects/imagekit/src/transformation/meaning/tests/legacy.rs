//! Overlays as SDKs of the third generation write them. The texts are what `imagekitio` 3.2.0 makes of its names.

use super::*;

/// Both spellings mean the same.
#[track_caller]
fn same(old: &str, new: &str) {
    let plan = |text: &str| meaning(text).expect(text).plan.to_string();
    assert_eq!(plan(old), plan(new), "{old}");
}

#[test]
fn images() {
    same("oi-logo.png", "l-image,i-logo.png,l-end");
    same(
        "oi-logos@@l.png,ox-10,ofo-top_left,ow-100,oit-false",
        "l-image,i-logos@@l.png,lx-10,lfo-top_left,w-100,t-false,l-end",
    );
    same(
        "w-300,oi-l.png,ow-100,oh-50,ox-N35,oy-20,q-50",
        "w-300,q-50,l-image,i-l.png,w-100,h-50,lx-N35,ly-20,l-end",
    );
    same(
        "oi-l.png,oiar-1-1,ow-9,oibg-red,oib-2_blue,oidpr-2,oiq-50,oic-at_max,oifo-left,or-max",
        "l-image,i-l.png,ar-1-1,w-9,bg-red,b-2_blue,dpr-2,q-50,c-at_max,fo-left,r-max,l-end",
    );
    same(
        "oi-l.png,oicm-extract,ow-9,oh-9,oix-1,oiy-2",
        "l-image,i-l.png,cm-extract,w-9,h-9,x-1,y-2,l-end",
    );
    same(
        "oi-l.png,oicm-extract,ow-9,oixc-1,oiyc-2",
        "l-image,i-l.png,cm-extract,w-9,xc-1,yc-2,l-end",
    );
}

#[test]
fn texts() {
    same("ot-Hi there", "l-text,i-Hi there,l-end");
    same("ote-SGk%3D,otc-FF0000,oa-5", "l-text,ie-SGk=,co-FF0000,al-5,l-end");
    same(
        "ot-Hi,otc-FF0000,ots-20,ott-b_i,otp-10_20,otbg-00FF00,otia-left,otf-Roboto,or-5,otw-100",
        "l-text,i-Hi,co-FF0000,fs-20,tg-b_i,pa-10_20,bg-00FF00,ia-left,ff-Roboto,r-5,w-100,l-end",
    );
    let long = "x".repeat(200);
    same(&format!("ot-{long}"), &format!("l-text,i-{},l-end", &long[..144]));
    same(&format!("ote-{}", "eHh4".repeat(100)), &format!("l-text,i-{},l-end", &long[..144]));
    same(&format!("ote-{}", "eHh4".repeat(48)), &format!("l-text,i-{},l-end", &long[..144]));
    // Encoded for the path, and once more by the SDK for the query.
    same("ote-SGk%253D", "l-text,ie-SGk=,l-end");
    check_error("ote-*", "`ie` expects a text in base64, found `*`");
    same("ot-Hi,otc-red,oa-5", "l-text,i-Hi,co-red,l-end");
    same("ot-Hi,oa-5", "l-text,i-Hi,al-5,l-end");
}

#[test]
fn blocks() {
    same("obg-FF0000,oh-10,ow-20", "l-image,i-ik_canvas,bg-FF0000,h-10,w-20,l-end");
    same("obg-FF0000,oa-3,or-5", "l-image,i-ik_canvas,bg-FF0000,al-3,r-5,l-end");
    same("obg-FF000050,oa-3", "l-image,i-ik_canvas,bg-FF000050,l-end");
}

#[test]
fn a_step_has_one_overlay() {
    same("oi-l.png,ot-Hi,obg-red", "l-image,i-l.png,l-end");
    assert_eq!(meaning("oi-l.png,ot-Hi").unwrap().ignored, ["`ot-Hi`: a step has one overlay"]);
    same("oi-a.png:ot-b", "l-image,i-a.png,l-end:l-text,i-b,l-end");
    // Without something to lay on they say nothing.
    check("ox-10,ow-5", "auto");
}
