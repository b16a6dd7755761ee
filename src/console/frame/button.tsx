/** A button that leads to a page. */
import Button, { type ButtonProps } from '@cloudscape-design/components/button'
import { hrefOf, useFollow } from './link.js'

export function PageButton({ to, ...props }: Omit<ButtonProps, 'href' | 'onFollow'> & { readonly to: string }) {
  return <Button {...props} href={hrefOf(to)} onFollow={useFollow()} />
}
