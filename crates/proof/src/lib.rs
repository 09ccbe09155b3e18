//! Certificates of optimality and the exact checker that trusts nobody.
