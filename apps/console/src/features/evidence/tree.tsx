import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef } from 'react'
import type { TraceNode } from '../../api/types.ts'
import { IconChevronDown, IconChevronRight } from '../../ui/icons.ts'
import { linesOf } from './evidence.view.ts'

type Props = {
  readonly label: string
  readonly nodes: readonly TraceNode[]
  readonly open: ReadonlySet<string>
  readonly onOpen: (open: ReadonlySet<string>) => void
  readonly path: readonly number[]
  readonly onChoose: (path: readonly number[]) => void
}

/** The decoded tree; arrows walk it, right opens, left closes. */
export function Tree({ label, nodes, open, onOpen, path, onChoose }: Props): ReactNode {
  const id = useId()
  const lines = useMemo(() => linesOf(nodes, open), [nodes, open])
  const list = useRef<HTMLDivElement>(null)
  const here = path.join('.')
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [here])
  const toggle = (line: string): void => {
    const next = new Set(open)
    if (!next.delete(line)) next.add(line)
    onOpen(next)
  }
  const press = (event: KeyboardEvent): void => {
    const at = lines.findIndex((line) => line.path === here)
    const line = lines[at]
    const isOpen = open.has(here)
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) onChoose(numbers(lines[Math.min(lines.length - 1, Math.max(0, at + step))]?.path ?? '0'))
    else if (event.key === 'ArrowRight' && line !== undefined && line.node.children.length > 0 && !isOpen) toggle(here)
    else if (event.key === 'ArrowLeft' && isOpen) toggle(here)
    else if (event.key === 'ArrowLeft' && path.length > 1) onChoose(path.slice(0, -1))
    else return
    event.preventDefault()
  }
  return (
    <div
      ref={list}
      className="tree"
      role="tree"
      aria-label={label}
      tabIndex={0}
      onKeyDown={press}
      aria-activedescendant={here === '' ? undefined : `${id}-${here}`}
    >
      {lines.map(({ node, path: line, depth }) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys are handled once, on the tree
        <div
          key={line}
          id={`${id}-${line}`}
          role="treeitem"
          aria-level={depth + 1}
          aria-selected={line === here}
          aria-expanded={node.children.length > 0 ? open.has(line) : undefined}
          className={`tree-line ${depth === 0 ? 'tree-top' : ''}`}
          style={{ paddingLeft: 8 + depth * 16 }}
          onClick={() => {
            onChoose(numbers(line))
            if (node.children.length > 0) toggle(line)
          }}
        >
          {node.children.length > 0 ? (
            open.has(line) ? (
              <IconChevronDown size={13} aria-hidden />
            ) : (
              <IconChevronRight size={13} aria-hidden />
            )
          ) : (
            <i />
          )}
          <span className="tree-label">{node.label}</span>
          <span className="mono tree-value">{node.value}</span>
          {node.note !== '' && <span className="tree-note">{node.note}</span>}
          <span className="mono tree-at">{node.length > 0 && `${node.at}+${node.length}`}</span>
        </div>
      ))}
    </div>
  )
}

function numbers(path: string): readonly number[] {
  return path.split('.').map(Number)
}
