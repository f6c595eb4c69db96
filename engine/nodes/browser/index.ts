import type { NodeDefinition } from '../../define-node.ts';
import { assertPage } from './assert.ts';
import { detectCaptcha } from './captcha.ts';
import { setCheckbox } from './check.ts';
import { clickElement } from './click.ts';
import { clickPicture } from './click-picture.ts';
import { closeBrowser } from './close.ts';
import { readConsole } from './console.ts';
import { manageCookies } from './cookies.ts';
import { detectForms } from './detect-forms.ts';
import { answerDialogs } from './dialog.ts';
import { downloadFile } from './download.ts';
import { dragElement } from './drag.ts';
import { readElementState } from './element-state.ts';
import { runPageScript } from './evaluate.ts';
import { elementExists } from './exists.ts';
import { extractAttribute } from './extract-attribute.ts';
import { extractByExample } from './extract-by-example.ts';
import { extractList } from './extract-list.ts';
import { extractTable } from './extract-table.ts';
import { extractText } from './extract-text.ts';
import { fillField } from './fill.ts';
import { fillForm } from './fill-form.ts';
import { gotoPage } from './goto.ts';
import { highlightElement } from './highlight.ts';
import { hoverElement } from './hover.ts';
import { listImages } from './images.ts';
import { useMouse } from './mouse.ts';
import { navigateHistory } from './navigate.ts';
import { changeNetwork } from './network.ts';
import { openBrowser } from './open.ts';
import { savePdf } from './pdf.ts';
import { pressKey } from './press.ts';
import { takeScreenshot } from './screenshot.ts';
import { scrollPage } from './scroll.ts';
import { selectOption } from './select.ts';
import { setUpPages } from './set-up-page.ts';
import { pageStorage } from './storage.ts';
import { manageTabs } from './tabs.ts';
import { recordTraffic } from './traffic.ts';
import { typeText } from './type.ts';
import { uploadFiles } from './upload.ts';
import { waitFor } from './wait-for.ts';
import { waitForResponse } from './wait-for-response.ts';

export const browserNodes: readonly NodeDefinition[] = [
  openBrowser,
  gotoPage,
  clickElement,
  fillField,
  fillForm,
  typeText,
  pressKey,
  selectOption,
  setCheckbox,
  hoverElement,
  dragElement,
  scrollPage,
  useMouse,
  clickPicture,
  highlightElement,
  elementExists,
  readElementState,
  assertPage,
  waitFor,
  waitForResponse,
  extractText,
  extractAttribute,
  extractTable,
  extractList,
  extractByExample,
  detectForms,
  listImages,
  detectCaptcha,
  takeScreenshot,
  savePdf,
  uploadFiles,
  downloadFile,
  navigateHistory,
  manageTabs,
  manageCookies,
  pageStorage,
  changeNetwork,
  recordTraffic,
  readConsole,
  setUpPages,
  answerDialogs,
  runPageScript,
  closeBrowser,
];
