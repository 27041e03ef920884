// What sharp makes of a picture: reads [{name, steps}] from stdin and writes <name>.png for each into a folder.
// A step is the name of one of sharp's methods and its arguments; each step starts from the result of the one before,
// as operations of a URL do (sharp itself would run them in an order of its own).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

const [source, folder] = process.argv.slice(2);
const cases = JSON.parse(readFileSync(0, "utf8"));
for (const { name, steps } of cases) {
    let bytes = readFileSync(source);
    for (const [method, ...args] of steps) {
        bytes = await sharp(bytes)[method](...args).png().toBuffer();
    }
    writeFileSync(join(folder, `${name}.png`), bytes);
}
