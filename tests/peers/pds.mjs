// A Bluesky personal data server with a directory of identities in memory: node pds.mjs PDS_PORT PLC_PORT
// Run where node_modules is. Writes {"ready": "http://…"} when it answers; ends at SIGTERM.
import { createRequire } from 'node:module'
import net from 'node:net'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

// Both listen on every address of the machine unless they are told not to, and cannot be told.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (where, ...rest) {
  if (typeof where === 'number') where = { port: where }
  if (where?.port !== undefined) where = { ...where, host: '127.0.0.1' }
  return listen.call(this, where, ...rest.filter((one) => typeof one === 'function'))
}

const [pdsPort, plcPort] = process.argv.slice(2).map(Number)
const here = path.join(process.cwd(), 'package.json')
const entry = createRequire(here).resolve('@atproto/dev-env')
const part = (name) => import(pathToFileURL(path.join(path.dirname(entry), name)).href)
const { TestPlc } = await part('plc.js')
const { TestPds } = await part('pds.js')

const plc = await TestPlc.create({ port: plcPort })
const pds = await TestPds.create({ port: pdsPort, didPlcUrl: plc.url })
console.log(JSON.stringify({ ready: pds.url }))

process.on('SIGTERM', async () => {
  await pds.close()
  await plc.close()
  process.exit(0)
})
