/** Two Cloud Maps as one: each namespace is served by one of them. */
import type { ServicePlace } from '../model/cloud-map/discovery.js'
import type { Discovered, EndpointSource } from './endpoint-source.js'

export interface SplitSourceOptions {
  /** Tells those who watch a service when its namespace comes or goes. */
  readonly embedded: EndpointSource
  readonly aws: EndpointSource
  /** Which one serves the namespace now. */
  readonly isAws: (namespaceName: string) => boolean
}

export class SplitSource implements EndpointSource {
  readonly #options: SplitSourceOptions

  constructor(options: SplitSourceOptions) {
    this.#options = options
  }

  find(place: ServicePlace): Discovered {
    return this.#sourceOf(place).find(place)
  }

  watch(place: ServicePlace, onChange: (changedAt: number) => void): () => void {
    const { embedded, aws, isAws } = this.#options
    let stopAws: (() => void) | undefined
    const choose = (): void => {
      if (isAws(place.namespaceName)) stopAws ??= aws.watch(place, onChange)
      else {
        stopAws?.()
        stopAws = undefined
      }
    }
    const stopEmbedded = embedded.watch(place, (changedAt) => {
      choose()
      onChange(changedAt)
    })
    choose()
    return () => {
      stopEmbedded()
      stopAws?.()
    }
  }

  async sync(): Promise<void> {
    await Promise.all([this.#options.embedded.sync(), this.#options.aws.sync()])
  }

  polls(place: ServicePlace): boolean {
    return this.#sourceOf(place).polls?.(place) ?? false
  }

  trouble(place: ServicePlace): string | undefined {
    return this.#sourceOf(place).trouble?.(place)
  }

  #sourceOf({ namespaceName }: ServicePlace): EndpointSource {
    const { embedded, aws, isAws } = this.#options
    return isAws(namespaceName) ? aws : embedded
  }
}
