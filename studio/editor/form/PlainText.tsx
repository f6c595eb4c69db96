import { TextArea } from '../../ui/TextArea.tsx';
import { TextInput } from '../../ui/TextInput.tsx';

interface PlainTextProps {
  label: string;
  value: string;
  placeholder?: string;
  mono?: boolean;
  className?: string;
  secret?: boolean;
  onChange: (value: string) => void;
}

/** One line, or an area where the text has several: an input of one line would drop the line breaks with the first key. */
export function PlainText({ label, secret = false, ...rest }: PlainTextProps) {
  return rest.value.includes('\n') && !secret ? (
    <TextArea {...rest} aria-label={label} />
  ) : (
    <TextInput {...rest} aria-label={label} type={secret ? 'password' : 'text'} />
  );
}
