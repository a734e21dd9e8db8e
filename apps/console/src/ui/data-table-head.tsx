import type { ReactNode } from 'react'
import type { TableProps } from './data-table.tsx'
import { FilterInput } from './filter-input.tsx'
import { IconSortAscending, IconSortDescending } from './icons.ts'

export function HeaderRow<T>({ columns, onCheck, sort, onSort, filters, onFilter }: TableProps<T>): ReactNode {
  const isFiltered = onFilter !== undefined && columns.some((column) => column.filter !== undefined)
  return (
    <div className="table-head" role="rowgroup">
      <div className="table-titles" role="row" aria-rowindex={1}>
        {onCheck !== undefined && (
          <div role="columnheader">
            <span className="visually-hidden">Chosen</span>
          </div>
        )}
        {columns.map((column) => {
          const direction =
            column.sort === undefined
              ? undefined
              : sort === column.sort
                ? 'ascending'
                : sort === `-${column.sort}`
                  ? 'descending'
                  : undefined
          return (
            <div key={column.id} role="columnheader" aria-sort={direction} className={column.isNumber ? 'num' : ''}>
              {column.sort === undefined || onSort === undefined ? (
                <span className="clip">{column.title}</span>
              ) : (
                <button
                  type="button"
                  className="table-sort"
                  onClick={() => onSort(direction === 'descending' ? column.sort! : `-${column.sort}`)}
                >
                  <span className="clip">{column.title}</span>
                  {direction === 'ascending' && <IconSortAscending size={13} stroke={1.8} aria-hidden />}
                  {direction === 'descending' && <IconSortDescending size={13} stroke={1.8} aria-hidden />}
                </button>
              )}
            </div>
          )
        })}
      </div>
      {isFiltered && (
        <div className="table-filters" role="row">
          {onCheck !== undefined && <div role="gridcell" />}
          {columns.map((column) => (
            <div key={column.id} role="gridcell">
              {column.filter === 'text' && (
                <FilterInput
                  label={`Filter by ${column.title}`}
                  value={filters?.[column.id] ?? ''}
                  onChange={(value) => onFilter(column.id, value)}
                />
              )}
              {typeof column.filter === 'object' && (
                <select
                  aria-label={`Filter by ${column.title}`}
                  value={filters?.[column.id] ?? ''}
                  onChange={(event) => onFilter(column.id, event.target.value)}
                >
                  <option value="">any</option>
                  {column.filter.map(([value, text]) => (
                    <option key={value} value={value}>
                      {text}
                    </option>
                  ))}
                </select>
              )}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
