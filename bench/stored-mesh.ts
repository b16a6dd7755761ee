/** Stores with something in them, written as the server writes, without the API before it. */
import type { Resource } from '../src/model/resource.js'
import { openStore } from '../src/store/open-store.js'

/** Puts the resources into a new store, each by a write of its own so that the log is as long as in life, without waiting for the disk each time. */
export async function writeStore(file: string, resources: readonly Resource[]): Promise<void> {
  const store = await openStore(`sqlite:${file}`)
  for (const resource of resources) {
    const { kind } = resource.ref
    const operation = `Create${kind.charAt(0).toUpperCase()}${kind.slice(1)}`
    await store.write({ principal: 'bench', operation }, (tx) => tx.put(resource))
  }
  await store.close()
}
