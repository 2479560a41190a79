// SPDX-License-Identifier: Apache-2.0
extern "C" int absent();
extern "C" int use_absent() { return absent(); }
