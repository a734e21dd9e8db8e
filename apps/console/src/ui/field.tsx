import { type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from 'react'

type Shared = { readonly label: string; readonly error?: string | undefined; readonly help?: ReactNode }

function Frame({ id, label, error, help, children }: Shared & { readonly id: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {error !== undefined ? (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      ) : (
        help !== undefined && (
          <p className="field-help" id={`${id}-help`}>
            {help}
          </p>
        )
      )}
    </div>
  )
}

function described(id: string, { error, help }: Shared): string | undefined {
  return error !== undefined ? `${id}-error` : help !== undefined ? `${id}-help` : undefined
}

export function TextField({
  label,
  error,
  help,
  ref,
  ...rest
}: Shared & InputHTMLAttributes<HTMLInputElement> & { readonly ref?: Ref<HTMLInputElement> }): ReactNode {
  const id = useId()
  return (
    <Frame id={id} label={label} error={error} help={help}>
      <input
        ref={ref}
        id={id}
        className="input"
        aria-invalid={error !== undefined}
        aria-describedby={described(id, { label, error, help })}
        {...rest}
      />
    </Frame>
  )
}

type MomentProps = { readonly label: string; readonly name: string; readonly defaultValue?: string | undefined }

/** A day and a time on the clock of whoever types it: pages show the site's, so its zone is named. */
export function MomentField(props: MomentProps): ReactNode {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  return <TextField {...props} type="datetime-local" required help={`On the clock of this computer, ${timeZone.replaceAll('_', ' ')}.`} />
}

export function TextArea({ label, error, help, ...rest }: Shared & TextareaHTMLAttributes<HTMLTextAreaElement>): ReactNode {
  const id = useId()
  return (
    <Frame id={id} label={label} error={error} help={help}>
      <textarea
        id={id}
        className="input"
        rows={3}
        aria-invalid={error !== undefined}
        aria-describedby={described(id, { label, error, help })}
        {...rest}
      />
    </Frame>
  )
}

export type Option = readonly [value: string, text: string]

export function SelectField({
  label,
  error,
  help,
  options,
  ...rest
}: Shared & SelectHTMLAttributes<HTMLSelectElement> & { readonly options: readonly Option[] }): ReactNode {
  const id = useId()
  return (
    <Frame id={id} label={label} error={error} help={help}>
      <select
        id={id}
        className="input"
        aria-invalid={error !== undefined}
        aria-describedby={described(id, { label, error, help })}
        {...rest}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Frame>
  )
}

type ChoiceProps = {
  readonly label: string
  readonly value: string
  readonly options: readonly Option[]
  readonly onChange: (next: string) => void
}

/** A filter as a small select whose label is its first option: `Level: any`. */
export function Choice({ label, value, options, onChange }: ChoiceProps): ReactNode {
  return (
    <select
      className={`choice ${value === '' ? '' : 'choice-set'}`}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {options.map(([id, text]) => (
        <option key={id} value={id}>
          {text}
        </option>
      ))}
    </select>
  )
}

/** Few choices side by side, one of them on. */
export function Segmented({ label, value, options, onChange }: ChoiceProps): ReactNode {
  return (
    <div className="segmented" role="group" aria-label={label}>
      {options.map(([id, text]) => (
        <button key={id} type="button" aria-pressed={id === value} onClick={() => onChange(id)}>
          {text}
        </button>
      ))}
    </div>
  )
}

/** A filter that came from a link: what it is, and the way to drop it. */
export function FilterChip({ text, onClear }: { readonly text: string; readonly onClear: () => void }): ReactNode {
  return (
    <button type="button" className="choice choice-set" data-tip="Remove this filter" onClick={onClear}>
      {text} ×
    </button>
  )
}
