//! What SDKs sign, as an HTTP client sends it: behind the URL endpoint, with the key `private_key_test`.

/// `imagekitio` 5.11.0 and `requests`: texts, fonts, default images, raw steps, pictures, other parameters.
pub(super) const PYTHON_5: &[&str] = &[
    "tr:l-text,i-Hello%20World,ff-Open%20Sans,l-end/k6/a.png?ik-s=52e3c3d4b5e649991598c5298712e42728b31213",
    "k6/a.png?tr=l-text,i-Hello%20World,ff-Open%20Sans,l-end&ik-s=8bd9350b103efe58f3bde3aa52e5ef550175ac55",
    "tr:l-text,ie-SGksIHRoZXJlIQ%3D%3D,ff-Open%20Sans,l-end/k6/a.png?ik-s=011b79d3733ed7cba47b7899a64ffe26f343222b",
    "k6/a.png?tr=l-text,ie-SGksIHRoZXJlIQ%3D%3D,ff-Open%20Sans,l-end&ik-s=b0e9924a5ffec02d4baf792f65e8e37a0a97e69a",
    "tr:l-text,i-x,ff-Open%20Sans,l-end/k6/a.png?ik-s=ea6f44d6ba548aefa7542d647ea37f9df029c6e5",
    "k6/a.png?tr=l-text,i-x,ff-Open%20Sans,l-end&ik-s=64a631238770c083d46cd17702864773215e9011",
    "tr:di-k6@@%C3%A9%20b.png/k6/a.png?ik-s=8e331a808faf318cecfc39b83a4578ebb4dbf6f2",
    "k6/a.png?tr=di-k6@@%C3%A9%20b.png&ik-s=8f2ece53855b9f8ea2a1aa1138be5e4380e3ca22",
    "tr:l-text,i-a%20b,l-end/k6/a.png?ik-s=e81d8971dfc72e5f107377602b695475034204a4",
    "k6/a.png?tr=l-text,i-a%20b,l-end&ik-s=4aacd9c12562a396a557a8644d407f0745d586f6",
    "tr:l-image,i-k6@@a%20b.png,l-end/k6/a.png?ik-s=3abd9f1e9f71033c26724f6d7f58045599763128",
    "k6/a.png?tr=l-image,i-k6@@a%20b.png,l-end&ik-s=49e7d21d22e74d9b63ec9f457a9d0561b056abb1",
    "tr:l-text,i-Hello%20World,l-end/k6/a.png?ik-s=f9052f78cb5fb8b0a2f623dd85e8d53ed38d20a1",
    "k6/a.png?tr=l-text,i-Hello%20World,l-end&ik-s=6e3f0da4a0ed54e84e7db10672928d4dffddca79",
    "tr:w-9/k6/a.png?v=%C3%A9%20b&w=x&ik-s=4e6096af8838de233c5d75e28491e5843a4987c5",
    "k6/a.png?v=%C3%A9%20b&w=x&tr=w-9&ik-s=b9a070733a7adc1db46821dc3836bd03ead9b095",
    "tr:l-text,i-Hello%20World,ff-Open%20Sans,l-end/k6/%C3%A9.png?ik-s=3a647eb00de78433a596e5ce9c63a1b429bbce96",
    "k6/%C3%A9.png?tr=l-text,i-Hello%20World,ff-Open%20Sans,l-end&ik-s=faac10177de0f37bd30a449fee21444c8fbe44a6",
    "tr:l-text,ie-SGksIHRoZXJlIQ%3D%3D,ff-Open%20Sans,l-end/k6/%C3%A9.png?ik-s=552803adb214e36dacc39a79d597eadc2c956eed",
    "k6/%C3%A9.png?tr=l-text,ie-SGksIHRoZXJlIQ%3D%3D,ff-Open%20Sans,l-end&ik-s=05b5213a693a58144caec372f403dbedff9724a1",
    "tr:l-text,i-x,ff-Open%20Sans,l-end/k6/%C3%A9.png?ik-s=aa168526b39b5e69c13bed75210b4432227a5105",
    "k6/%C3%A9.png?tr=l-text,i-x,ff-Open%20Sans,l-end&ik-s=180cac1bb8b61890a371a635f6a8505cc7295ba3",
    "tr:di-k6@@%C3%A9%20b.png/k6/%C3%A9.png?ik-s=ffd9f4ae046e7945b4fcbe1f644ef8ca463fcc39",
    "k6/%C3%A9.png?tr=di-k6@@%C3%A9%20b.png&ik-s=ed4e2366715786f65d96dd772a5ddb2ca6efeec6",
    "tr:l-text,i-a%20b,l-end/k6/%C3%A9.png?ik-s=2181e016f574cc3490a2e63d758712bb00341a28",
    "k6/%C3%A9.png?tr=l-text,i-a%20b,l-end&ik-s=3569d66b164d85d9ee3b288033278f2a3e17c60f",
    "tr:l-image,i-k6@@a%20b.png,l-end/k6/%C3%A9.png?ik-s=89326ca943944fe98116f8b2a6274359f0cb617e",
    "k6/%C3%A9.png?tr=l-image,i-k6@@a%20b.png,l-end&ik-s=f5631d987770ccfbd4928f731a1271f06af9c522",
    "tr:l-text,i-Hello%20World,l-end/k6/%C3%A9.png?ik-s=f7c6b5eb6235002e7481316ee557514e78ede9b6",
    "k6/%C3%A9.png?tr=l-text,i-Hello%20World,l-end&ik-s=01995739d1ccf0fa6eed10a6e63f69e25a3ce13a",
    "tr:w-9/k6/%C3%A9.png?v=%C3%A9%20b&w=x&ik-s=0ef2e0a2bda62f5bfa97e2c3a8c51a58990a3bc3",
    "k6/%C3%A9.png?v=%C3%A9%20b&w=x&tr=w-9&ik-s=e2066684385d2c74c6644275a47b3ea9513bcba8",
    "tr:l-image,i-k6@@a%20b.png,l-text,i-It%27s%20100%25,l-end,l-end/k6/a.png?v=b%20c&ik-s=143c6c172fae81716446703a754299bde0433928",
    "k6/a.png?v=b%20c&tr=l-image,i-k6@@a%20b.png,l-text,i-It%27s%20100%25,l-end,l-end&ik-s=2102e1242692bf40b76aebe31a09546e776758fb",
    "tr:l-text,i-50%25%20off%20%5Bx%5D,l-end/k6/a.png?ik-s=37ec8ac1f55ceae24e47004b730928d33ddce4dc",
    "k6/a.png?tr=l-text,i-50%25%20off%20%5Bx%5D,l-end&ik-s=9427020d2e856f815b4f7d89da7145f140bacf11",
];

/// `@imagekit/nodejs` 7.11.0 and `fetch`, where it differs.
pub(super) const NODE_7: &[&str] = &[
    "tr:di-k6@@it's.png/k6/a.png?ik-s=be936323f481c196060dfb553c380a1ce27b89cd",
    "k6/a.png?tr=di-k6@@it%27s.png&ik-s=7f740b85cbaaf80b6d3be8f46114930e2867fadc",
    "tr:l-text,i-x,ff-Open%20Sans,l-end/k6/a.png?v=%C3%A9+b&w=x&ik-s=f870038a9b9352ade1d693ea024f01a67f69de53",
    "k6/a.png?v=%C3%A9+b&w=x&tr=l-text,i-x,ff-Open%20Sans,l-end&ik-s=067f05b4572ff05a3050e427743a948dbcb73161",
    "tr:di-k6@@it's.png/k6/%C3%A9.png?ik-s=39bf64da14d75f92576515c6e01546fb955b36a5",
    "k6/%C3%A9.png?tr=di-k6@@it%27s.png&ik-s=a5a3fce8f0d27fae9de617edeb11ad8c53f0bee1",
    "tr:l-text,i-x,ff-Open%20Sans,l-end/k6/%C3%A9.png?v=%C3%A9+b&w=x&ik-s=8e7edbfd866a7d60a1c6d2e96cbd46f358982ddc",
    "k6/%C3%A9.png?v=%C3%A9+b&w=x&tr=l-text,i-x,ff-Open%20Sans,l-end&ik-s=ab1e44beae60688869b55d007801f5c32b7fc822",
];

/// `imagekitio` 3.2.0 and `requests`.
pub(super) const PYTHON_3: &[&str] = &[
    "tr:ote-SGksIHRoZXJlIQ%3D%3D,otf-Open%20Sans/k6/a.png?ik-s=22cbc297a9e88bf6db594357f647a3579cae74c8",
    "k6/a.png?tr=ote-SGksIHRoZXJlIQ%253D%253D%2Cotf-Open+Sans&ik-s=964c0252114cea517850a59a3f44f05ceecc6656",
    "tr:ot-50%25%20off,w-9/k6/%C3%A9%20b.png?v=%C3%A9+b&ik-s=b3d95c7acf118c99251aae0bccdf645acd197282",
    "k6/%C3%A9%20b.png?v=%C3%A9+b&tr=ot-50%25+off%2Cw-9&ik-s=973be4b0293d9c4b8939fa8b3827114c4557cdb9",
    "tr:w-9/k6/a%25b.png?ik-s=53d88711fee4721a6c73b7f5aa30dfcbf74bbd4f",
    "k6/a%25b.png?tr=w-9&ik-s=8ec603466416de8c81b89dc640195b83fbaf5dad",
];
