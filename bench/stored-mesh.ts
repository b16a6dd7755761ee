/** Stores with something in them, made without a server. */
import type { Resource } from '../src/model/resource.js'
import { openStore } from '../src/store/open-store.js'

/** Puts the resources into a new SQLite file, all in one transaction; the log has a row for each. */
export function writeStore(file: string, resources: readonly Resource[]): Promise<void> {
  return fillStore(`sqlite:${file}`, resources)
}

/** The same for the empty store at an address. */
export async function fillStore(address: string, resources: readonly Resource[]): Promise<void> {
  const store = await openStore(address)
  await store.write({ principal: 'bench', operation: 'Import' }, async (tx) => {
    for (const resource of resources) await tx.put(resource)
  })
  await store.close()
}
