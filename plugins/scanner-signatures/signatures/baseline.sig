# The signatures that the gateway carries. The format is described in the README of this package.
@version 2026-11-24.1

# EICAR's test file, harmless by design: 68 bytes, then at most white space. In hex, so that this file is not one.
EICAR-Test-File:sha256:275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f:68
EICAR-Test-File:literal:58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d5354414e444152442d414e544956495255532d544553542d46494c452124482b482a:part
