import type { ButtonHTMLAttributes, ReactNode } from 'react'
import type { Icon } from './icons.ts'

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly tone?: 'plain' | 'primary' | 'bare'
  readonly icon?: Icon | undefined
  readonly hint?: string | undefined
  readonly children?: ReactNode
}

export function Button({ tone = 'plain', icon: Glyph, hint, children, className, ...rest }: Props): ReactNode {
  return (
    <button type="button" {...rest} className={`button button-${tone} ${className ?? ''}`}>
      {Glyph !== undefined && <Glyph size={15} stroke={1.7} aria-hidden />}
      {children !== undefined && <span>{children}</span>}
      {hint !== undefined && <kbd aria-hidden>{hint}</kbd>}
    </button>
  )
}

type IconProps = ButtonHTMLAttributes<HTMLButtonElement> & { readonly icon: Icon; readonly label: string; readonly hint?: string }

/** A button that is only an icon: its words are read aloud and shown on hover. */
export function IconButton({ icon: Glyph, label, hint, className, ...rest }: IconProps): ReactNode {
  return (
    <button
      type="button"
      aria-label={label}
      data-tip={hint === undefined ? label : `${label}  ${hint}`}
      {...rest}
      className={`icon-button ${className ?? ''}`}
    >
      <Glyph size={16} stroke={1.6} aria-hidden />
    </button>
  )
}
