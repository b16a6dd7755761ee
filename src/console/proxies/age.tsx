/** Ages that go on while a page is open. */
import { useEffect, useState } from 'react'
import { formatAge } from '../data/proxy-texts.js'

const TICK_MILLIS = 5000

/** Milliseconds since an answer came: what ages in it have to be raised by. */
export function useElapsed(answeredAt: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MILLIS)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, now - answeredAt)
}

/** `12s ago`, or a dash. */
export function Age({ millis, elapsed }: { readonly millis: unknown; readonly elapsed: number }) {
  return <>{typeof millis === 'number' ? `${formatAge(millis + elapsed)} ago` : '-'}</>
}
