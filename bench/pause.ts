/** The time between two changes that shall not be merged, the same for everything that is compared: a machine that idled is slower at first. */
import { setTimeout as delay } from 'node:timers/promises'

/** Longer than the quiet after which a change is pushed at once (20 ms), and by chance, so that no timer falls into step. Milliseconds. */
const PAUSE = { least: 30, most: 60 }

export async function pause(): Promise<void> {
  await delay(PAUSE.least + Math.random() * (PAUSE.most - PAUSE.least))
}
