// What @imagekit/nodejs signs and `fetch` encodes on the way: {privateKey, urls: [options]} on stdin, statuses on stdout.
import { readFileSync } from "node:fs";
import ImageKit from "@imagekit/nodejs";

const { privateKey, urls } = JSON.parse(readFileSync(0, "utf8"));
const imagekit = new ImageKit({ privateKey });
const statuses = [];
for (const options of urls) {
    statuses.push((await fetch(imagekit.helper.buildSrc(options))).status);
}
process.stdout.write(JSON.stringify(statuses));
