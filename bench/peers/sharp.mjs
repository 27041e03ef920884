// The least server around sharp: GET /<format>/<quality or 0>/<box>/<file>.
// Arguments: folder with node_modules, folder with pictures, port.
import http from 'node:http';
import { createRequire } from 'node:module';

const [modules, folder, port] = process.argv.slice(2);
const sharp = createRequire(`${modules}/`)('sharp');
sharp.cache(false);
sharp.concurrency(1);

http
  .createServer(async (request, response) => {
    const [, format, quality, box, file] = request.url.split('/');
    try {
      const options = Number(quality) ? { quality: Number(quality) } : {};
      const answer = await sharp(`${folder}/${file}`)
        .autoOrient()
        .resize({ width: Number(box), height: Number(box), fit: 'inside', withoutEnlargement: true })
        .toFormat(format, options)
        .toBuffer();
      response.writeHead(200, { 'content-type': `image/${format}`, 'content-length': answer.length });
      response.end(answer);
    } catch (error) {
      response.writeHead(error.message.includes('missing') ? 404 : 500).end(error.message);
    }
  })
  .listen(Number(port), '127.0.0.1');
