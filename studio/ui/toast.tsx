import { type AppError, asAppError } from '@casare/shared';
import { toast as sonner, Toaster as SonnerToaster } from 'sonner';

interface ToastAction {
  label: string;
  onClick: () => void;
}

interface ToastOptions {
  description?: string;
  action?: ToastAction;
}

/** Short messages in the corner. What a person must not miss belongs into the page instead. */
export const toast = {
  done: (message: string, options?: ToastOptions) => sonner.success(message, options),
  info: (message: string, options?: ToastOptions) => sonner.info(message, options),
  /** The message says what happened and what to do; the code is what a person can look up. */
  failed: (thrown: unknown, title?: string, action?: ToastAction) => {
    const error: AppError = asAppError(thrown);
    const description = title ? `${error.message} (${error.code})` : error.code;
    return sonner.error(title ?? error.message, { description, duration: 8000, ...(action && { action }) });
  },
};

export function Toaster({ theme }: { theme: 'light' | 'dark' }) {
  return (
    <SonnerToaster
      theme={theme}
      position="bottom-right"
      offset={{ bottom: 36, right: 16 }}
      closeButton
      toastOptions={{
        classNames: {
          toast: '!rounded-lg !border-line-strong !bg-raised !text-text !text-sm !shadow-pop',
          description: '!text-dim !text-xs',
          closeButton: '!bg-raised !text-dim !border-line-strong hover:!text-text',
        },
      }}
    />
  );
}
