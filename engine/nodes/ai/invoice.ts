import { z } from 'zod';

const text = z.string().nullable();
const amount = z.number().nullable();
const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date as YYYY-MM-DD')
  .nullable();

export const invoiceSchema = z.strictObject({
  vendorName: text,
  vendorTaxId: text,
  customerName: text,
  invoiceNumber: text,
  invoiceDate: date,
  dueDate: date,
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'a code of three letters such as EUR')
    .nullable()
    .describe('Code of three letters such as EUR'),
  subtotal: amount.describe('Sum without tax'),
  taxAmount: amount,
  totalAmount: amount.describe('Sum to be paid'),
  lineItems: z.array(
    z.strictObject({
      description: text,
      quantity: amount,
      unitPrice: amount,
      amount: amount.describe('Of the whole line'),
    }),
  ),
});
export type Invoice = z.output<typeof invoiceSchema>;

/** A cent for every line may be lost by rounding. */
const cent = 0.011;

/** What cannot be true of an invoice. */
export function invoiceFaults(invoice: Invoice): string[] {
  const { subtotal, taxAmount, totalAmount, lineItems, invoiceDate, dueDate } = invoice;
  const faults: string[] = [];
  if (
    subtotal !== null &&
    taxAmount !== null &&
    totalAmount !== null &&
    differ(subtotal + taxAmount, totalAmount, cent)
  )
    faults.push(`Sum ${subtotal} and tax ${taxAmount} do not make the total ${totalAmount}.`);
  const amounts = lineItems.map((line) => line.amount);
  if (amounts.length > 0 && amounts.every((one) => one !== null)) {
    const sum = Math.round(amounts.reduce((all, one) => all + one, 0) * 100) / 100;
    const wanted = [subtotal, totalAmount].filter((one) => one !== null);
    if (wanted.length > 0 && wanted.every((one) => differ(sum, one, cent * amounts.length)))
      faults.push(`The lines make ${sum}, which is neither the sum nor the total.`);
  }
  for (const [i, line] of lineItems.entries()) {
    const { quantity, unitPrice, amount: whole } = line;
    if (
      quantity !== null &&
      unitPrice !== null &&
      whole !== null &&
      differ(quantity * unitPrice, whole, cent * Math.max(1, quantity))
    )
      faults.push(`Line ${i + 1}: ${quantity} at ${unitPrice} do not make ${whole}.`);
  }
  if (invoiceDate !== null && dueDate !== null && dueDate < invoiceDate) faults.push('It is due before its date.');
  return faults;
}

function differ(a: number, b: number, by: number): boolean {
  return Math.abs(a - b) > by;
}
