/** Prints the milliseconds that the very first translation of a process takes: nothing compiled by the JIT, no message table built. */
import { LARGE_MESH } from './mesh.js'
import { buildView, proxyOf, Reconciling } from './reconciling.js'

const reconciling = new Reconciling(buildView(LARGE_MESH))
const proxy = proxyOf(LARGE_MESH, 0)
const started = performance.now()
reconciling.attach(proxy)
const took = performance.now() - started
reconciling.snapshot(proxy)
console.log(took)
