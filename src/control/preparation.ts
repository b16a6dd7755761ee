/**
 * Configurations are made when an Envoy asks for them. After a restart the whole fleet asks at once, of a process whose code is not compiled yet:
 * so some are made before anybody can ask, and what they share with the others is remembered.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { MeshView } from '../model/mesh-view.js'
import { BASELINE, type ProxyRef } from '../translate/proxy.js'
import { translate } from '../translate/translate.js'
import { resolveDependencies } from './dependencies.js'
import { encodeConfig } from './encode-config.js'
import type { MeshMemos } from './mesh-memos.js'

export interface PreparationOptions {
  readonly views: Iterable<MeshView>
  readonly memos: MeshMemos
  /** How long it may take, in milliseconds; it ends earlier when all are made. */
  readonly millis: number
  /** Reading of a clock, in milliseconds. */
  readonly now?: () => number
}

/** Resolves with how many were made. One that cannot be made is left to those who ask for it, and to its report. */
export async function prepareConfigs(options: PreparationOptions): Promise<number> {
  const { views, memos, millis, now = () => performance.now() } = options
  const end = now() + millis
  let made = 0
  for (const view of views) {
    for (const ref of listProxies(view)) {
      if (now() >= end) return made
      if (prepare(view, ref, memos)) made += 1
      await nextTurn()
    }
  }
  return made
}

function* listProxies({ virtualGateways, virtualNodes }: MeshView): Generator<ProxyRef> {
  for (const { ref } of virtualGateways.values()) yield ref
  for (const { ref } of virtualNodes.values()) yield ref
}

function prepare(view: MeshView, ref: ProxyRef, memos: MeshMemos): boolean {
  const memo = memos.of(view)
  try {
    resolveDependencies(view, ref, memo)
    encodeConfig(translate(view, ref, { dialect: BASELINE, memo }))
    return true
  } catch {
    return false
  }
}
