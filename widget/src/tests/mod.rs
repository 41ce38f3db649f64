mod suggesting;
