/** Which columns of a table are shown, remembered by the browser; and the table as a file. */
import type { ReactNode } from 'react'
import type { Column } from './data-table.tsx'
import { IconColumns3 } from './icons.ts'
import { useRemembered } from './local.ts'
import { Menu } from './menu.tsx'

export type Columns<T> = { readonly shown: readonly Column<T>[]; readonly chooser: ReactNode }

export function useColumns<T>(name: string, all: readonly Column<T>[]): Columns<T> {
  const [chosen, choose] = useRemembered<readonly string[]>(
    `columns.${name}`,
    all.filter((column) => !column.isExtra).map((column) => column.id),
  )
  const shown = all.filter((column) => chosen.includes(column.id))
  const chooser = (
    <Menu label="Choose columns" tip="Choose columns" className="icon-button" trigger={<IconColumns3 size={16} stroke={1.6} aria-hidden />}>
      {() => (
        <div className="menu-list">
          {all.map((column) => (
            <label key={column.id}>
              <input
                type="checkbox"
                checked={chosen.includes(column.id)}
                onChange={(event) => choose(event.target.checked ? [...chosen, column.id] : chosen.filter((id) => id !== column.id))}
              />
              {column.title}
            </label>
          ))}
        </div>
      )}
    </Menu>
  )
  return { shown: shown.length === 0 ? all.slice(0, 1) : shown, chooser }
}

/** The shown columns of the loaded rows as CSV. A leading `=`, `+`, `-` or `@` would be a formula to a spreadsheet. */
export function csv<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const written = columns.filter((column) => column.text !== undefined)
  const quote = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
  return [written.map((column) => quote(column.title)), ...rows.map((row) => written.map((column) => quote(column.text!(row))))]
    .map((cells) => cells.join(','))
    .join('\r\n')
}

export function saveFile(name: string, type: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}
