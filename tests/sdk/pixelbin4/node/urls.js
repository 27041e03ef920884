// What @pixelbin/core builds and reads: [[builder chain], ...] on stdin, URLs on stdout.
import { readFileSync } from "node:fs";
import core from "@pixelbin/core";

const { default: Pixelbin, transformations } = core;
const { cloudName, host, paths } = JSON.parse(readFileSync(0, "utf8"));
const pixelbin = new Pixelbin({ cloudName });
const basic = transformations.Basic;
const built = paths.map((path) => {
    const chain = basic.resize({ height: 30, width: 20 }).pipe(basic.flip()).pipe(basic.grey());
    const image = pixelbin.image(path).setTransformation(chain);
    image.host = host;
    return image.getUrl();
});
const read = built.map((one) => Pixelbin.utils.urlToObj(one));
process.stdout.write(JSON.stringify({ built, read }));
