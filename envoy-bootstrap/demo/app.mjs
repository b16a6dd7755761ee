/**
 * A tiny application. With CALLS it is a front that asks another service on every request and passes the answer on; without, it answers NAME.
 * It knows nothing of a mesh: it calls a plain host name, and the pod's Envoy does the rest.
 */
import { createServer, get } from 'node:http'

const { NAME = 'app', PORT = '8080', CALLS } = process.env

createServer((request, response) => {
  if (CALLS === undefined) {
    response.end(`${NAME}\n`)
    return
  }
  get(CALLS + (request.url ?? '/'), { headers: { ...request.headers, host: new URL(CALLS).host } }, (answer) => {
    response.writeHead(answer.statusCode ?? 502)
    answer.pipe(response)
  }).on('error', (error) => response.writeHead(502).end(`${NAME}: ${error.message}\n`))
}).listen(Number(PORT), '0.0.0.0')
