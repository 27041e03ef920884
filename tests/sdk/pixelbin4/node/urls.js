// What @pixelbin/core builds and reads: [[builder chain], ...] on stdin, URLs on stdout.
import { readFileSync } from "node:fs";
import core from "@pixelbin/core";

const Pixelbin = core.Pixelbin ?? core.default.Pixelbin;
const { transformations, url } = core.default ?? core;
const { cloudName, host, paths } = JSON.parse(readFileSync(0, "utf8"));
const pixelbin = new Pixelbin({ cloudName, host });
const basic = transformations.Basic;
const built = paths.map((path) => {
    const chain = basic.resize({ height: 30, width: 20 }).pipe(basic.flip()).pipe(basic.grey());
    return pixelbin.image(path).setTransformation(chain).getUrl();
});
const read = built.map((one) => url.urlToObj(one));
process.stdout.write(JSON.stringify({ built, read }));
