/** Links between pages: real addresses, so that they open in a new tab too, followed by the router without loading anything anew. */
import Link, { type LinkProps } from '@cloudscape-design/components/link'
import { useCallback } from 'react'
import { useNavigate } from 'react-router'
import { BASE } from '../data/paths.js'

/** The address of a page as links need it: with the `/console` before it. */
export function hrefOf(path: string): string {
  return BASE + path
}

interface Followed {
  readonly detail: { readonly href?: string | undefined; readonly external?: boolean | undefined }
  readonly preventDefault: () => void
}

/** `onFollow` for every Cloudscape component that has one. */
export function useFollow(): (event: Followed) => void {
  const navigate = useNavigate()
  return useCallback(
    (event) => {
      const { href, external } = event.detail
      if (href === undefined || external || !href.startsWith(`${BASE}/`)) return
      event.preventDefault()
      void navigate(href.slice(BASE.length))
    },
    [navigate],
  )
}

/** A link to the page at `to` (without `/console`). */
export function PageLink({ to, ...props }: Omit<LinkProps, 'href' | 'onFollow'> & { readonly to: string }) {
  return <Link {...props} href={hrefOf(to)} onFollow={useFollow()} />
}
